/** The form of `/audit/`. What checks is loaded when there is something to check. */
import { type JSX, render } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { Notice } from '../../ui/index.ts';
import { AuditResult } from '../audit-result.tsx';

/** Largest file that is read. */
const MAX_FILE = 32 * 1024 * 1024;

const root = document.getElementById('audit');
if (root !== null) {
  root.replaceChildren();
  render(<AuditForm base={root.dataset.base ?? ''} program={root.dataset.program ?? ''} />, root);
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'working'; readonly name: string }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'done'; readonly result: JSX.Element };

interface AuditFormProps {
  readonly base: string;
  /** Address of the module that checks, `audit-file.ts`. */
  readonly program: string;
}

function AuditForm({ base, program }: AuditFormProps): JSX.Element {
  const [state, become] = useState<State>({ kind: 'idle' });
  const [perl, setPerl] = useState('');
  const check: Check = async (name, read) => {
    become({ kind: 'working', name });
    become(await checked({ base, program }, { name, perl, read }));
  };
  useLayoutEffect(() => {
    if (state.kind === 'done') document.getElementById('result')?.focus();
  }, [state]);
  return (
    <>
      <FileField check={check} refuse={(problem) => become({ kind: 'failed', problem })} />
      <TextField check={check} perl={<PerlField value={perl} onValue={setPerl} />} />
      <div role="status">
        <Outcome state={state} />
      </div>
    </>
  );
}

type Check = (name: string, read: () => Promise<Uint8Array>) => Promise<void>;

interface Asked {
  readonly name: string;
  readonly perl: string;
  readonly read: () => Promise<Uint8Array>;
}

async function checked({ base, program }: AuditFormProps, { name, perl, read }: Asked): Promise<State> {
  try {
    // The bundler leaves an address that it does not know; what stands there is this module.
    const { auditFile } = (await import(program)) as typeof import('./audit-file.ts');
    const report = await auditFile({ base, name, perl, bytes: await read() });
    return { kind: 'done', result: <AuditResult report={report} base={base} /> };
  } catch (error) {
    return { kind: 'failed', problem: error instanceof Error ? error.message : 'it could not be read' };
  }
}

/** Browsers take a file that is dropped on the field as one that was chosen. */
function FileField({
  check,
  refuse,
}: {
  readonly check: Check;
  readonly refuse: (problem: string) => void;
}): JSX.Element {
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    if (file.size > MAX_FILE) refuse(`${file.name} is larger than 32 MB`);
    else void check(file.name, async () => new Uint8Array(await file.arrayBuffer()));
  };
  return (
    <div class="field">
      <label for="file">Choose a file, or drop it here</label>
      <input id="file" type="file" onChange={(event) => take(event.currentTarget.files?.[0])} />
    </div>
  );
}

function TextField({ check, perl }: { readonly check: Check; readonly perl: JSX.Element }): JSX.Element {
  const [text, setText] = useState('');
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        void check('what was pasted', async () => new TextEncoder().encode(text));
      }}
    >
      <label for="text">Or paste what is in it</label>
      <textarea
        id="text"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      {perl}
      <p>
        <button type="submit">Check it here</button>
      </p>
    </form>
  );
}

function PerlField({
  value,
  onValue,
}: {
  readonly value: string;
  readonly onValue: (value: string) => void;
}): JSX.Element {
  return (
    <>
      <label for="perl">Version of perl that it runs on, where you know it</label>
      <input
        id="perl"
        size={12}
        value={value}
        autocomplete="off"
        aria-describedby="perl-hint"
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      <p class="hint" id="perl-hint">
        For example 5.36.0. Then perl itself and what comes with it are judged too.
      </p>
    </>
  );
}

function Outcome({ state }: { readonly state: State }): JSX.Element | null {
  if (state.kind === 'idle') return null;
  if (state.kind === 'working') return <p>Checking {state.name} …</p>;
  if (state.kind === 'done') return state.result;
  return (
    <Notice signal="danger">
      <p>It could not be checked: {state.problem}.</p>
    </Notice>
  );
}
