export interface CheckResult {
  name: string;
  status: 'ok' | 'warning' | 'problem' | 'skipped';
  /** What was found. */
  found: string;
  /** What to do, where there is something to do. */
  fix?: string;
}

export const ok = (name: string, found: string): CheckResult => ({ name, status: 'ok', found });
export const skipped = (name: string, found: string): CheckResult => ({ name, status: 'skipped', found });
export const warning = (name: string, found: string, fix: string): CheckResult => ({
  name,
  status: 'warning',
  found,
  fix,
});
export const problem = (name: string, found: string, fix: string): CheckResult => ({
  name,
  status: 'problem',
  found,
  fix,
});
