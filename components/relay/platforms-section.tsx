'use client';

export function PlatformsSection() {
  return null;
}
