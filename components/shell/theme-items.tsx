'use client';

import { useState } from 'react';
import { MenuLabel, MenuRadioGroup, MenuRadioItem } from '@/components/ui/menu-items';
import { applyTheme, currentTheme, parseTheme, type Theme, themes } from './theme';

export const themeWords: Record<Theme, string> = { system: 'Like the system', light: 'Light', dark: 'Dark' };

/** The three looks as a group of menu items. */
export function ThemeItems() {
  const [theme, setTheme] = useState<Theme>(currentTheme);
  return (
    <>
      <MenuLabel>Look</MenuLabel>
      <MenuRadioGroup
        value={theme}
        onChange={(value) => {
          const next = parseTheme(value);
          applyTheme(next);
          setTheme(next);
        }}
      >
        {themes.map((each) => (
          <MenuRadioItem key={each} value={each}>
            {themeWords[each]}
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </>
  );
}
