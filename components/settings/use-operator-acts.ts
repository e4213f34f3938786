'use client';

import { useQueryClient } from '@tanstack/react-query';
import { type BodyInput, callRoute } from '@/components/api/client';
import { queryKeys } from '@/components/api/queries';
import { type Pages, replaceRow } from '@/components/live/patch-lists';
import type { Operator } from '@/lib/contracts/operators';

/** What an admin can do to an operator. The list shows it as soon as the server has said yes. */
export function useOperatorActs() {
  const client = useQueryClient();
  const reload = () => client.invalidateQueries({ queryKey: queryKeys.operators });
  return {
    async create(body: BodyInput<'operators.create'>): Promise<Operator> {
      const operator = await callRoute('operators.create', { body });
      await reload();
      return operator;
    },
    async update(operator: Operator, body: BodyInput<'operators.update'>): Promise<Operator> {
      const changed = await callRoute('operators.update', { params: { id: operator.id }, body });
      client.setQueryData<Pages<Operator>>(
        queryKeys.operators,
        (data) => data && replaceRow(data, changed, (a, b) => a.id === b.id),
      );
      return changed;
    },
    async signOut(operator: Operator): Promise<void> {
      await callRoute('operators.signOut', { params: { id: operator.id } });
    },
  };
}
