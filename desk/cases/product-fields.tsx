/** The fields of how a product stands, as the group and the organisation that ships it fill them in. */
import { OPENVEX_JUSTIFICATIONS } from 'cpansec/formats';
import type { JSX } from 'preact';
import { PRODUCT_STATUSES } from '../casefile/index.ts';
import { Field, SelectField } from '../ui/index.ts';
import { JUSTIFICATION_WORDS, STATUS_WORDS } from './product-words.ts';

export interface ProductFieldsProps {
  /** What a field of this name shows. */
  readonly of: (name: string) => {
    readonly name: string;
    readonly value: string;
    readonly problem: string | undefined;
  };
}

export function ProductFields({ of }: ProductFieldsProps): JSX.Element {
  return (
    <>
      <Field {...of('name')} label="Product" hint="libfoo-bar-perl in Example Linux 13" maxLength={200} />
      <Field
        {...of('purl')}
        label="Package URL"
        hint="Without a version: pkg:deb/debian/libfoo-bar-perl. OpenVEX names a product by nothing else."
        required={false}
        maxLength={500}
      />
      <SelectField
        {...of('status')}
        label="Status"
        options={PRODUCT_STATUSES.map((value) => ({ value, label: STATUS_WORDS[value] }))}
      />
      <SelectField
        {...of('justification')}
        label="Why, where it is not affected"
        options={[
          { value: '', label: '' },
          ...OPENVEX_JUSTIFICATIONS.map((value) => ({ value, label: JUSTIFICATION_WORDS[value] })),
        ]}
      />
      <Field {...of('version')} label="Version, where it is fixed" required={false} maxLength={100} />
    </>
  );
}
