/** The reader's own zone beside UTC, and what is left of an embargo, without moving anything. */
import { spanWords } from '../../ui/index.ts';

const own = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

for (const time of document.querySelectorAll('time')) time.title = own.format(new Date(time.dateTime));
for (const place of document.querySelectorAll<HTMLElement>('[data-own-zone]'))
  place.textContent = isUtc() ? '' : `(${own.format(new Date(place.dataset.ownZone ?? ''))})`;

function isUtc(): boolean {
  return new Date().getTimezoneOffset() === 0;
}

function count(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-until]')) {
    const left = Date.parse(place.dataset.until ?? '') - Date.now();
    place.textContent = left > 0 ? `${spanWords(left)} left` : 'over';
  }
}

count();
setInterval(count, 20_000);
