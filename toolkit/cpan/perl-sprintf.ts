/** Perl's sprintf for the few conversions that versions are made with; null for any other. */
export function perlSprintf(format: string, values: readonly string[]): string | null {
  let next = 0;
  let known = true;
  const text = format.replace(
    /%(?:%|(0?)(\d{0,2})(?:\.(\d{1,2}))?([dsfg]?))/g,
    (all, zero, width, digits, conversion) => {
      if (all === '%%') return '%';
      const value = values[next++] ?? '';
      const shown = converted(value, String(conversion), digits === undefined ? undefined : Number(digits));
      if (shown === null) known = false;
      return (shown ?? '').padStart(Number(width || 0), zero === '0' ? '0' : ' ');
    },
  );
  return known ? text : null;
}

function converted(value: string, conversion: string, digits: number | undefined): string | null {
  if (conversion === 's' && digits === undefined) return value;
  if (conversion === 'd' && digits === undefined) return String(Math.trunc(numberPrefix(value) ?? 0));
  if (conversion === 'f') return (numberPrefix(value) ?? 0).toFixed(digits ?? 6);
  return null;
}

/** The number that perl sees in a text: the longest numeric beginning; null when there is none. */
export function numberPrefix(text: string): number | null {
  const prefix = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text.slice(0, 100))?.[1];
  return prefix === undefined ? null : Number(prefix);
}
