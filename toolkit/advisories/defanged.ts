import type { Indicator } from './record.ts';

/** An indicator as people may see it: nothing makes a link of it, and it cannot be clicked by mistake. */
export function defanged({ type, value }: Pick<Indicator, 'type' | 'value'>): string {
  if (type === 'domain') return value.replaceAll('.', '[.]');
  if (type === 'address') return value.replaceAll('.', '[.]').replace(':', '[:]');
  if (type !== 'url') return value;
  const scheme = /^http/i.test(value) ? value.replace(/^http/i, 'hxxp') : value.replace('://', '[://]');
  return scheme.replaceAll('.', '[.]');
}

/** The same as programs compare it, from whatever somebody pasted. */
export function fanged({ type, value }: Pick<Indicator, 'type' | 'value'>): string {
  const text = value.trim();
  if (type === 'sha256') return text.toLowerCase();
  if (type === 'file' || type === 'string') return text;
  return text
    .replace(/^hxxp/i, 'http')
    .replace('[://]', '://')
    .replace(/\[\.\]|\(\.\)|\[dot\]/gi, '.')
    .replaceAll('[:]', ':');
}
