import { type Shape, ShapeError } from '../base/index.ts';

/** The value where it has the shape; null where it has not, or is absent. */
export function readAs<T>(shape: Shape<T>, value: unknown): T | null {
  if (value === undefined) return null;
  try {
    return shape(value);
  } catch (error) {
    if (error instanceof ShapeError) return null;
    throw error;
  }
}
