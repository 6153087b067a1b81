/** Draws the ranges while they are typed. */
import { render } from 'preact';
import { RangeLine } from '../range-line.tsx';

const form = document.querySelector<HTMLFormElement>('form[data-releases]');
const place = document.querySelector('[data-line]');

form?.addEventListener('input', () => {
  if (place === null) return;
  const typed = new FormData(form);
  const { distribution = '', releases = '' } = form.dataset;
  render(
    <RangeLine
      distribution={distribution}
      releases={releases.split(' ').filter((version) => version !== '')}
      ranges={String(typed.get('ranges') ?? '')}
      fixed={String(typed.get('fixed') ?? '')}
    />,
    place,
  );
});
