/** One text of a publication, to be changed by hand. */
import type { JSX } from 'preact';
import { Area, Field } from '../ui/index.ts';
import type { PublicationModel } from './model.ts';
import { TEXT_WORDS } from './words.ts';

export function textPage({
  publication: { id, texts },
  key,
}: {
  readonly publication: PublicationModel;
  readonly key: string;
}): JSX.Element {
  const said = texts.find((one) => one.key === key);
  return (
    <>
      <p>
        <a href={`/publications/${id}`}>The publication</a>
      </p>
      <h1>{TEXT_WORDS[said?.name ?? ''] ?? key}</h1>
      <p class="lead">To {said?.to}. Whoever changes a word cannot approve it.</p>
      <form method="post" action={`/publications/${id}/text`}>
        <input type="hidden" name="key" value={key} />
        {said?.subject == null ? null : (
          <Field name="subject" label="Subject" value={said.subject} maxLength={500} />
        )}
        <Area name="text" label="Text" value={said?.text ?? ''} rows={24} maxLength={100_000} />
        <div class="acts">
          <button type="submit" name="do" value="keep">
            Keep these words
          </button>
          <button type="submit" name="do" value="reset" class="second">
            Write it anew from the record
          </button>
        </div>
      </form>
    </>
  );
}
