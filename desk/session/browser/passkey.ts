/** Submits a form with a passkey: asks the desk what to ask, asks the passkey, sends its answer. */
import { startAuthentication, startRegistration } from '@simplewebauthn/browser';

for (const root of document.querySelectorAll<HTMLElement>('[data-passkey]')) enliven(root);

function enliven(root: HTMLElement): void {
  const form = root.querySelector('form');
  const told = root.querySelector('[role=alert]');
  const button = root.querySelector('button');
  if (form === null || told === null || button === null) return;
  root.querySelector('.notice')?.remove();
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    button.disabled = true;
    told.textContent = '';
    mark(form, []);
    submit(form, root.dataset.passkey === 'make')
      .then((next) => location.assign(next))
      .catch((error: unknown) => {
        told.textContent = wordsOf(error);
        button.disabled = false;
        const wrong = error instanceof Refused ? mark(form, error.names) : undefined;
        (wrong ?? button).focus();
      });
  });
}

/** Where to go on. */
async function submit(form: HTMLFormElement, make: boolean): Promise<string> {
  const action = new URL(form.action).pathname;
  const typed = Object.fromEntries(new FormData(form));
  const { ceremony, options } = await post<{ ceremony: string; options: string }>(`${action}/options`, typed);
  const optionsJSON = JSON.parse(options); // what the desk's library made for this one
  const response = await (make ? startRegistration({ optionsJSON }) : startAuthentication({ optionsJSON }));
  return (await post<{ next: string }>(action, { ...typed, ceremony, response })).next;
}

/** Marks the fields that are wrong, and no others; tells the first. */
function mark(form: HTMLFormElement, names: readonly string[]): HTMLInputElement | undefined {
  const wrong: HTMLInputElement[] = [];
  for (const input of form.querySelectorAll('input')) {
    input.ariaInvalid = names.includes(input.name) ? 'true' : null;
    if (names.includes(input.name)) wrong.push(input);
  }
  return wrong[0];
}

/** What the desk itself said; shown as it is. */
class Refused extends Error {
  /** Of the fields that are wrong. */
  readonly names: readonly string[];

  constructor(words: string, names: readonly string[]) {
    super(words);
    this.names = names;
  }
}

async function post<T>(path: string, body: unknown): Promise<T> {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (answer.ok) return told; // the route's own model
  const fields: Record<string, string> = told.fields ?? {};
  throw new Refused([told.message, ...Object.values(fields)].join(' '), Object.keys(fields));
}

function wordsOf(error: unknown): string {
  if (error instanceof Refused) return error.message;
  const name = error instanceof Error ? error.name : '';
  if (name === 'InvalidStateError') return 'This device holds a passkey of yours already. Use another one.';
  if (name === 'NotAllowedError') return 'No passkey was used. Try again when you are ready.';
  return 'The desk or the passkey did not answer. Try again.';
}
