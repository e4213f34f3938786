'use client';

import { useQuery } from '@tanstack/react-query';
import type { Me } from '@/lib/contracts/operators';
import { type Permission, roleAllows } from '@/lib/contracts/roles';
import { meQuery } from './queries';

export interface Session {
  me: Me | undefined;
  /** What the operator's role allows. False until the session is known: a control appears rather than vanishes. */
  can: (permission: Permission) => boolean;
}

export function useMe(): Session {
  const { data: me } = useQuery(meQuery());
  return { me, can: (permission) => me !== undefined && roleAllows(me.operator.role, permission) };
}
