/** Settings: a shape and what holds where an operator says nothing. A file states only what differs. */
import { type Shape, ShapeError } from 'cpansec/base';

export interface Setting<T> {
  readonly fallback: T;
  /** Reads what is given over the fallback. Throws base's `ShapeError` with the path. */
  readonly read: Shape<T>;
}

export function setting<T>(shape: Shape<T>, fallback: T): Setting<T> {
  return { fallback, read: (value, path) => (value === undefined ? fallback : shape(value, path)) };
}

type Values<F> = { [K in keyof F]: F[K] extends Setting<infer T> ? T : never };

/** Settings by name. A name that is not known is refused: a typing error would silently leave the fallback. */
export function section<F extends Record<string, Setting<unknown>>>(fields: F): Setting<Values<F>> {
  const names = Object.entries(fields);
  const all = (of: (setting: Setting<unknown>, name: string) => unknown): Values<F> =>
    Object.fromEntries(names.map(([name, setting]) => [name, of(setting, name)])) as Values<F>; // name by name
  return {
    fallback: all(({ fallback }) => fallback),
    read: (value, path = '') => {
      const given = value === undefined ? {} : members(value, path);
      const stray = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
      if (stray !== undefined)
        throw new ShapeError(join(path, stray), `one of ${names.map(([name]) => name).join(', ')}`, stray);
      return all((setting, name) =>
        setting.read(Object.hasOwn(given, name) ? given[name] : undefined, join(path, name)),
      );
    },
  };
}

function members(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ShapeError(path, 'an object', value);
  return value as Record<string, unknown>; // an object that is no list
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
