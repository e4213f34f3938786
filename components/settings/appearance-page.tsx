'use client';

import { useSyncExternalStore } from 'react';
import { applyTheme, currentTheme, type Theme, themes } from '@/components/shell/theme';
import { themeWords } from '@/components/shell/theme-items';
import { Section } from './section';

const themeHints: Record<Theme, string> = {
  system: 'Changes with your device, by day and night.',
  light: 'Ink on paper.',
  dark: 'For a dim room or a second screen.',
};

export function AppearancePage() {
  const theme = useTheme();
  return (
    <Section title="Appearance" about="How the console looks in this browser.">
      <fieldset className="grid max-w-[720px] gap-2 sm:grid-cols-3">
        <legend className="sr-only">Look</legend>
        {themes.map((each) => (
          <label
            key={each}
            className="flex cursor-pointer items-start gap-2.5 rounded-md border border-line-strong bg-panel p-3 has-checked:border-text has-focus-visible:outline-2 has-focus-visible:outline-info"
          >
            <input
              type="radio"
              name="look"
              checked={theme === each}
              onChange={() => applyTheme(each)}
              className="mt-0.5 accent-text outline-none"
            />
            <span>
              <span className="font-medium">{themeWords[each]}</span>
              <span className="block text-hint text-muted">{themeHints[each]}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </Section>
  );
}

/** The look in force, also when the menu at the foot of the side bar changes it. Unknown until the browser says. */
function useTheme(): Theme | null {
  return useSyncExternalStore(subscribe, currentTheme, () => null);
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
