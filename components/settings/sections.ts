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
  { id: 'cloud-profiles', label: 'Cloud profiles', href: '/settings/cloud-profiles', needs: 'settings.manage' },
  { id: 'locks', label: 'Locks', href: '/settings/locks', needs: 'runs.read' },
  { id: 'webhooks', label: 'Webhooks', href: '/settings/webhooks', needs: 'settings.manage' },
  { id: 'sessions', label: 'Your sessions', href: '/settings/sessions', needs: 'self.manage' },
  { id: 'appearance', label: 'Appearance', href: '/settings/appearance', needs: 'self.manage' },
];
const own: Section = { id: 'sessions', label: 'Your sessions', href: '/settings/sessions', needs: 'self.manage' };

export function sectionsFor(role: Role): readonly Section[] {
  return sections.filter((section) => roleAllows(role, section.needs));
}

/** Where Settings opens: what an admin is there for, or what is the operator's own. */
export function firstSection(role: Role): Section {
  const [first = own] = sectionsFor(role);
  return roleAllows(role, 'settings.manage') ? first : own;
}
