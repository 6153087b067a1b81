/** What a META file asks for, and what it is the META of. */
import { type Meta, type MetaPrereq, parseMeta } from '../cpan/index.ts';
import type { Collection, Draft } from './collection.ts';
import type { Asked, Unexamined } from './inventory.ts';
import { isWanted, type Want } from './wants.ts';

/**
 * Adds the distribution that the META is of, and gives what it asks for. Throws as its parser does. Only the
 * META of a MYMETA file is final; another may say that it is not.
 */
export function takeMeta(collection: Collection, bytes: Uint8Array, file: string): Want[] {
  const meta = parseMeta(bytes, file);
  addMetaSubject(collection, meta, file);
  if (meta.dynamicConfig && !/(?:^|\/)MYMETA\.[a-z]+$/.test(file)) {
    collection.unexamined.push(dynamicConfig(file));
  }
  return metaWants(meta, file);
}

/** Prerequisites of all phases, features included. */
export function metaWants(meta: Meta, file: string): Want[] {
  const plain = meta.prereqs.map((prereq) => ({ prereq, feature: undefined }));
  const optional = meta.optionalFeatures.flatMap(({ id, prereqs }) =>
    prereqs.map((prereq) => ({ prereq, feature: id })),
  );
  return [...plain, ...optional]
    .filter(({ prereq }) => isWanted(prereq))
    .map(({ prereq, feature }) => toWant(prereq, file, feature));
}

function toWant({ phase, relationship, module, range }: MetaPrereq, file: string, feature?: string): Want {
  const place = { file, path: `prereqs.${phase}.${relationship}` };
  const asked: Asked = { module, range, phase, relationship, place };
  return {
    asked: feature === undefined ? asked : { ...asked, feature },
    editable: false,
    distribution: null,
  };
}

function dynamicConfig(file: string): Unexamined {
  return {
    kind: 'dynamic',
    place: { file, path: 'dynamic_config' },
    reason: 'requirements may change when the distribution is configured; MYMETA.json then has them all',
  };
}

/** The distribution itself, when the META names it and its version. */
export function addMetaSubject(collection: Collection, { name, version }: Meta, file: string): Draft | null {
  if (name === null) return null;
  const unversioned = version === null ? { unversioned: 'absent' as const } : {};
  return collection.add({
    distribution: name.replaceAll('::', '-'),
    module: null,
    version,
    ...unversioned,
    presence: 'listed',
    place: { file, path: 'version' },
  });
}
