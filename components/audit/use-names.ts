'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { operatorsQuery, rowsOf, serviceKeysQuery } from '@/components/api/queries';
import { useMe } from '@/components/api/use-me';
import type { Names } from './audit-words';

/** Names of operators and service keys by id, as far as this operator may know them: everybody knows their own. */
export function useNames(): Names {
  const { me, can } = useMe();
  const enabled = can('settings.manage');
  const operators = useInfiniteQuery({ ...operatorsQuery(), enabled });
  const keys = useInfiniteQuery({ ...serviceKeysQuery(), enabled });
  return useMemo(() => {
    const known = [
      ...rowsOf(operators.data).map(({ id, name }) => [id, name] as const),
      ...rowsOf(keys.data).map(({ id, name }) => [id, `${name} (key)`] as const),
    ];
    if (me) known.push([me.operator.id, me.operator.name]);
    return new Map([['key_environment', 'environment key'], ...known]);
  }, [operators.data, keys.data, me]);
}
