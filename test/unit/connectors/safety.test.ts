import { describe, expect, it } from 'vitest';
import { judgeTool } from '@/lib/connectors/safety';
import { covers } from '@/test/requirements';

covers('connectors.safety');
const judge = (name: string, description = '', annotations?: Record<string, unknown>) =>
  judgeTool({ name, description, annotations });

describe('the class of a tool', () => {
  for (const [name, safety] of [
    ['read_file', 'read'],
    ['listIssues', 'read'],
    ['get_open_orders', 'read'],
    ['get_or_create_user', 'write'],
    ['createIssue', 'write'],
    ['send-message', 'write'],
    ['DeleteRepo', 'destructive'],
    ['list_and_delete', 'destructive'],
    ['kills', 'destructive'],
    ['frobnicate', 'write'],
    ['', 'write'],
  ] as const)
    it(`comes from its name: ${name || '(none)'} is ${safety}`, () => expect(judge(name).safety).toBe(safety));

  it('comes from its description where the name says nothing', () => {
    expect(judge('directory_tree', 'Get a recursive tree view.')).toEqual({
      safety: 'read',
      why: 'Its name says "tree".',
    });
    expect(judge('weather', 'Returns the weather. Does not write anything.').safety).toBe('read');
    expect(judge('weather', 'Fetches the weather and deletes the cache.').safety).toBe('destructive');
  });

  it('is raised by its description, never lowered', () => {
    expect(judge('get_rid_of_it', 'Permanently removes the account.').safety).toBe('destructive');
    expect(judge('read_file', 'Deletes the file.').safety).toBe('destructive');
    expect(judge('delete_file', 'Reads a file.').safety).toBe('destructive');
  });

  it('is raised by annotations, never lowered: a server that calls its delete read-only is not believed', () => {
    expect(judge('delete_file', '', { readOnlyHint: true, destructiveHint: false }).safety).toBe('destructive');
    expect(judge('frobnicate', '', { readOnlyHint: true }).safety).toBe('write');
    expect(judge('read_file', '', { readOnlyHint: false })).toEqual({
      safety: 'write',
      why: 'Its server says that it is not read-only.',
    });
    expect(judge('write_file', '', { destructiveHint: true }).safety).toBe('destructive');
  });
});
