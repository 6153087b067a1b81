import type { JSX } from 'preact';
import { Area, Definitions, Field, Instant, Notice } from '../ui/index.ts';
import { grouped, type KeyModel, type OwnKey } from './own-key.ts';

export interface KeyPageModel extends OwnKey {
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: Readonly<Record<string, string>>;
}

interface Place {
  readonly path: string;
  /** The page that it belongs to. */
  readonly back: string;
  readonly backLabel: string;
  /** Whether the key can be taken away here. */
  readonly removes: boolean;
}

export function keyPage(model: KeyPageModel, place: Place): JSX.Element {
  const { key, offered, address } = model;
  return (
    <>
      <h1>Your OpenPGP key</h1>
      <p class="lead">
        {key === null
          ? 'Letters of the desk to you go in clear. None says what a vulnerability is about.'
          : 'Every letter of the desk to you is encrypted to this key, or not sent.'}
      </p>
      <p>
        <a href={place.back}>{place.backLabel}</a>
      </p>
      {key === null ? null : <InForce model={key} />}
      {offered === null ? null : <Proving offered={offered} model={model} path={place.path} />}
      {address ? <Giving {...model} path={place.path} /> : <p>The desk has no address to write to you.</p>}
      {key !== null && place.removes ? <Removing path={place.path} /> : null}
    </>
  );
}

function InForce({ model }: { readonly model: KeyModel }): JSX.Element {
  return (
    <>
      {model.state === 'good' ? null : (
        <Notice signal="warning">
          <p>
            It cannot be encrypted to any more: {STATE[model.state]}. No letter reaches you; give another.
          </p>
        </Notice>
      )}
      <Facts model={model} />
    </>
  );
}

const STATE: Readonly<Record<KeyModel['state'], string>> = {
  good: 'good',
  expired: 'it has expired',
  revoked: 'it was revoked',
  weak: 'it is too weak',
  'cannot-encrypt': 'it has no part for that',
};

function Facts({ model }: { readonly model: KeyModel }): JSX.Element {
  const { fingerprint, userIds, algorithms, created, expires } = model;
  return (
    <Definitions
      items={[
        ['Fingerprint', <code key="fingerprint">{grouped(fingerprint)}</code>],
        ['User ids', userIds.join('; ') || 'none'],
        ['Algorithms', algorithms.join(', ')],
        ['Made', <Instant key="made" at={created} />],
        ['Ends', expires === null ? 'never' : <Instant key="ends" at={expires} />],
      ]}
    />
  );
}

interface ProvingProps {
  readonly offered: NonNullable<OwnKey['offered']>;
  readonly model: KeyPageModel;
  readonly path: string;
}

function Proving({ offered, model: { problems }, path }: ProvingProps): JSX.Element {
  return (
    <section aria-labelledby="prove">
      <h2 id="prove">Prove that you hold it</h2>
      <p>
        A letter with a code is on its way to you, encrypted to this key. It counts from when you have typed
        the code here, until <Instant at={offered.endsAt} />.
      </p>
      <Facts model={offered} />
      <form method="post" action={`${path}/code`}>
        <Field name="code" label="Code of the letter" maxLength={40} problem={problems.code} />
        <button type="submit">Use this key</button>
      </form>
    </section>
  );
}

function Giving({ key, offered, typed, problems, path }: KeyPageModel & Pick<Place, 'path'>): JSX.Element {
  const first = key === null && offered === null;
  return (
    <section aria-labelledby="give">
      <h2 id="give">{first ? 'Give a key' : 'Give another key'}</h2>
      <p>
        The desk writes to it at once, with a code that you type on this page. Until then all stays as it is.
      </p>
      <form method="post" action={path} enctype="multipart/form-data">
        <Area
          name="key"
          label="Public key, armored"
          required={false}
          value={typed.key}
          problem={problems.key}
          hint="It begins with -----BEGIN PGP PUBLIC KEY BLOCK-----. Never paste a private key anywhere."
        />
        <div class="field">
          <label for="file">Or as a file</label>
          <input id="file" name="file" type="file" />
        </div>
        <button type="submit" class={first ? undefined : 'second'}>
          Send me the code
        </button>
      </form>
    </section>
  );
}

function Removing({ path }: { readonly path: string }): JSX.Element {
  return (
    <section aria-labelledby="remove">
      <h2 id="remove">Remove</h2>
      <form method="post" action={`${path}/remove`}>
        <p>Letters to you go in clear from then on.</p>
        <button type="submit" class="second">
          Remove the key
        </button>
      </form>
    </section>
  );
}
