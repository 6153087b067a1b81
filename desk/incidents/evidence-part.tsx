import type { JSX } from 'preact';
import { Fold } from '../cases/index.ts';
import { Field, Instant } from '../ui/index.ts';
import type { IncidentPage } from './incident-model.ts';

type Piece = IncidentPage['incident']['evidence'][number];

/** Sealed as they came, never opened here, and with who had each when. */
export function EvidenceVault({ case: { id }, incident, problems, typed }: IncidentPage): JSX.Element {
  return (
    <section aria-labelledby="evidence">
      <h2 id="evidence">Evidence</h2>
      <p class="quiet">
        Files are kept as they came and never opened here. Whoever takes a copy says why; treat it as live.
      </p>
      {incident.evidence.length === 0 ? <p>None yet.</p> : null}
      {incident.evidence.map((piece) => (
        <OnePiece key={piece.file} id={id} piece={piece} />
      ))}
      <form method="post" action={`/cases/${id}/incident/evidence`} enctype="multipart/form-data">
        <div class="field">
          <label for="evidence-file">A file</label>
          <input id="evidence-file" name="evidence" type="file" required />
        </div>
        <Field
          name="from"
          label="Where it comes from"
          hint="Who gave it, or which address it was fetched from, and when"
          value={typed.from}
          problem={problems.from}
          maxLength={500}
        />
        <button type="submit">Put it into the vault</button>
      </form>
    </section>
  );
}

function OnePiece({ id, piece }: { readonly id: string; readonly piece: Piece }): JSX.Element {
  const { file, name, size, sha256, from, custody } = piece;
  return (
    <article>
      <h3 class="v">{name}</h3>
      <p>
        {size.toLocaleString('en')} bytes, SHA-256 <code>{sha256}</code>. From: {from}
      </p>
      <ol>
        {custody.map(({ at, who, what }) => (
          <li key={`${at} ${who}`}>
            <Instant at={at} />, {who}: {what}
          </li>
        ))}
      </ol>
      <Fold name={`Take a copy of ${name}`}>
        <form method="post" action={`/cases/${id}/incident/evidence/take`}>
          <input type="hidden" name="file" value={file} />
          <Field name="why" id={`why-${file}`} label="What for" maxLength={500} />
          <button type="submit">Take a copy</button>
        </form>
      </Fold>
      <Fold name={`Note who had ${name}`}>
        <form method="post" action={`/cases/${id}/incident/evidence/pass`}>
          <input type="hidden" name="file" value={file} />
          <Field name="who" id={`who-${file}`} label="Who" maxLength={200} />
          <Field name="what" id={`what-${file}`} label="What they did with it, and when" maxLength={500} />
          <button type="submit">Note it</button>
        </form>
      </Fold>
    </article>
  );
}
