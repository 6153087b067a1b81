/** Keys for what has buttons and links as well. Who does not want them turns them off in their list (WCAG 2.1.4). */

const OFF = 'keys-off';

const KEYS: readonly (readonly [keys: string, words: string])[] = [
  ['j', 'the next case or entry'],
  ['k', 'the one before'],
  ['Enter', 'open the case'],
  ['x', 'tick the case'],
  ['/', 'look for words'],
  ['g t', 'today'],
  ['g c', 'cases'],
  ['?', 'this list'],
];

const list = keyList();
let after = '';

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || list.open) return;
  if (localStorage.getItem(OFF) !== null && event.key !== '?') return;
  const act = ACTS[`${after}${event.key}`];
  after = event.key === 'g' && after === '' ? 'g ' : '';
  if (act === undefined) return;
  event.preventDefault();
  act();
});

const ACTS: Readonly<Record<string, () => void>> = {
  j: () => move(1),
  k: () => move(-1),
  x: () => row()?.querySelector<HTMLInputElement>('input[type=checkbox]')?.click(),
  '/': () => {
    const field = document.querySelector<HTMLInputElement>('main input[name=q]');
    if (field === null) location.assign('/cases');
    else field.focus();
  },
  'g t': () => location.assign('/'),
  'g c': () => location.assign('/cases'),
  '?': () => list.showModal(),
};

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'submit'].includes(target.type);
  return target.matches('textarea, select, [contenteditable]');
}

function row(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('tr[data-case]') ?? null;
}

/** Focus goes to the link of a case, or to an entry of the thread. */
function move(by: 1 | -1): void {
  const stops = [...document.querySelectorAll<HTMLElement>('tr[data-case] th a, .thread > li')];
  const here = stops.findIndex((stop) => (stop.closest('tr') ?? stop).contains(document.activeElement));
  const next = stops[here < 0 ? (by > 0 ? 0 : stops.length - 1) : here + by];
  if (next === undefined) return;
  if (next.matches('li')) next.tabIndex = -1;
  next.focus();
}

function keyList(): HTMLDialogElement {
  const dialog = element('dialog');
  dialog.setAttribute('aria-labelledby', 'keys');
  const title = element('h2', 'Keys');
  title.id = 'keys';
  const keys = element('dl');
  keys.className = 'defs';
  for (const [key, words] of KEYS) {
    const term = element('dt');
    term.append(element('kbd', key));
    keys.append(term, element('dd', words));
  }
  dialog.append(title, keys, choice(), closer(dialog));
  const opener = element('button', 'Keys');
  opener.type = 'button';
  opener.className = 'second';
  opener.addEventListener('click', () => dialog.showModal());
  document.querySelector('footer')?.append(opener);
  document.body.append(dialog);
  return dialog;
}

/** Kept in this browser alone. */
function choice(): HTMLElement {
  const label = element('label');
  label.className = 'choice';
  const box = element('input');
  box.type = 'checkbox';
  box.checked = localStorage.getItem(OFF) === null;
  box.addEventListener('change', () =>
    box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, ''),
  );
  label.append(box, ' Use these keys');
  const field = element('p');
  field.className = 'field';
  field.append(label);
  return field;
}

function closer(dialog: HTMLDialogElement): HTMLElement {
  const button = element('button', 'Close');
  button.type = 'button';
  button.addEventListener('click', () => dialog.close());
  return button;
}

function element<K extends keyof HTMLElementTagNameMap>(name: K, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (text !== '') made.textContent = text;
  return made;
}
