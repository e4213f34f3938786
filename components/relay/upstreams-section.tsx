'use client';

export function UpstreamsSection() {
  return null;
}
