import type { ComponentChildren, JSX } from 'preact';
import { CodeBlock } from './code-block.tsx';

interface Asking {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with what was typed, in words. */
  readonly problem?: string | undefined;
  /** Where a page asks the same name in several forms. */
  readonly id?: string;
}

export interface FieldProps extends Asking {
  readonly value?: string | undefined;
  /** Which keyboard a phone shows; what is typed is checked by the desk, in words. */
  readonly keyboard?: 'email' | 'numeric';
  readonly required?: boolean;
  readonly maxLength?: number;
  /** What a browser may fill in. */
  readonly autocomplete?: string;
}

/** One line of text, with its label, its hint and what is wrong with it. */
export function Field(props: FieldProps): JSX.Element {
  const { name, id = name, value, keyboard, required = true, maxLength, autocomplete = 'off' } = props;
  return (
    <Labelled {...props} id={id}>
      <input
        id={id}
        name={name}
        type="text"
        inputMode={keyboard}
        value={value}
        required={required}
        maxLength={maxLength}
        autocomplete={autocomplete}
        {...described(props, id)}
      />
    </Labelled>
  );
}

export interface AreaProps extends Asking {
  readonly value?: string | undefined;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly rows?: number;
}

/** Several lines of text. */
export function Area(props: AreaProps): JSX.Element {
  const { name, id = name, value, required = true, maxLength, rows = 6 } = props;
  return (
    <Labelled {...props} id={id}>
      <textarea
        id={id}
        name={name}
        rows={rows}
        required={required}
        maxLength={maxLength}
        {...described(props, id)}
      >
        {value}
      </textarea>
    </Labelled>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface SelectFieldProps extends Asking {
  readonly options: readonly Option[];
  readonly value?: string | undefined;
}

export function SelectField(props: SelectFieldProps): JSX.Element {
  const { name, id = name, options, value } = props;
  return (
    <Labelled {...props} id={id}>
      <select id={id} name={name} {...described(props, id)}>
        {options.map((option) => (
          <option key={option.value} value={option.value} selected={option.value === value}>
            {option.label}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

function Labelled({
  id,
  label,
  hint,
  problem,
  children,
}: Asking & { readonly children: ComponentChildren }): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {problem === undefined ? null : (
        <p class="problem" id={`${id}-problem`}>
          {problem}
        </p>
      )}
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

function described(
  { hint, problem }: Asking,
  id: string,
): Pick<JSX.IntrinsicElements['input'], 'aria-describedby' | 'aria-invalid'> {
  const by = [problem === undefined ? [] : `${id}-problem`, hint === undefined ? [] : `${id}-hint`].flat();
  return {
    'aria-describedby': by.length === 0 ? undefined : by.join(' '),
    'aria-invalid': problem === undefined ? undefined : 'true',
  };
}

export interface ChoicesProps {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly Option[];
  readonly chosen?: readonly string[];
  readonly problem?: string | undefined;
}

/** Any number of a few. */
export function Choices({ name, legend, options, chosen = [], problem }: ChoicesProps): JSX.Element {
  return (
    <fieldset class="field" aria-describedby={problem === undefined ? undefined : `${name}-problem`}>
      <legend>{legend}</legend>
      {options.map(({ value, label }) => (
        <label key={value} class="choice">
          <input type="checkbox" name={name} value={value} checked={chosen.includes(value)} /> {label}
        </label>
      ))}
      {problem === undefined ? null : (
        <p class="problem" id={`${name}-problem`}>
          {problem}
        </p>
      )}
    </fieldset>
  );
}

export interface RadiosProps {
  readonly name: string;
  readonly legend: string;
  readonly options: readonly Option[];
  readonly chosen?: string | undefined;
  /** Where nothing is chosen, and something must be. */
  readonly required?: boolean;
  readonly hint?: string;
}

/** One of a few. */
export function Radios(props: RadiosProps): JSX.Element {
  const { name, legend, options, chosen, required = false, hint } = props;
  return (
    <fieldset class="field">
      <legend>{legend}</legend>
      {options.map(({ value, label }) => (
        <label key={value} class="choice">
          <input type="radio" name={name} value={value} checked={value === chosen} required={required} />{' '}
          {label}
        </label>
      ))}
      {hint === undefined ? null : <p class="hint">{hint}</p>}
    </fieldset>
  );
}

/** Something that is shown this once, to be taken away. */
export function Secret({ label, text }: { readonly label: string; readonly text: string }): JSX.Element {
  return (
    <>
      <CodeBlock label={label} text={text} />
      <p class="quiet small">This is shown once. The desk keeps nothing that it could be read from.</p>
    </>
  );
}
