import { type Permission, type Role, roleAllows } from '@/lib/contracts/roles';

interface Section {
  id: string;
  label: string;
  href: string;
  needs: Permission;
}

const sections: readonly Section[] = [
  { id: 'operators', label: 'Operators', href: '/settings/operators', needs: 'settings.manage' },
  { id: 'service-keys', label: 'Service keys', href: '/settings/service-keys', needs: 'settings.manage' },
  { id: 'sessions', label: 'Your sessions', href: '/settings/sessions', needs: 'self.manage' },
  { id: 'appearance', label: 'Appearance', href: '/settings/appearance', needs: 'self.manage' },
];
const own: Section = { id: 'sessions', label: 'Your sessions', href: '/settings/sessions', needs: 'self.manage' };

export function sectionsFor(role: Role): readonly Section[] {
  return sections.filter((section) => roleAllows(role, section.needs));
}

export function firstSection(role: Role): Section {
  return sectionsFor(role)[0] ?? own;
}
