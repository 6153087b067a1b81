import Type, { type TLiteral, type TUnion } from 'typebox';

/** {@link CREDIT} as what comes in and goes out. */
export const credit: TUnion<[TLiteral<'by-name'>, TLiteral<'no'>, TLiteral<'ask-later'>]> = Type.Union([
  Type.Literal('by-name'),
  Type.Literal('no'),
  Type.Literal('ask-later'),
]);
