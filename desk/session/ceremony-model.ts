/** What comes and goes in a ceremony, bounded. */
import Type, {
  type TArray,
  type TLiteral,
  type TObject,
  type TOptional,
  type TProperties,
  type TString,
} from 'typebox';

/** Base64url; keys and signatures of the algorithms to come are some thousand bytes long. */
const bytes = (most: number): TString => Type.String({ maxLength: most, pattern: '^[A-Za-z0-9_-]+$' });

export const BEGUN: TObject<{ ceremony: TString; options: TString }> = Type.Object({
  ceremony: Type.String(),
  options: Type.String(),
});

export const DONE: TObject<{ next: TString }> = Type.Object({ next: Type.String() });

export const NEXT: TOptional<TString> = Type.Optional(Type.String({ maxLength: 2000 }));

export const PASSKEY_NAME: TString = Type.String({ minLength: 1, maxLength: 60 });

interface Answer<P extends TProperties> extends TProperties {
  ceremony: TString;
  response: TObject<{
    id: TString;
    rawId: TString;
    type: TLiteral<'public-key'>;
    clientExtensionResults: TObject<Record<never, never>>;
    response: TObject<P>;
  }>;
}

function answerOf<P extends TProperties>(response: TObject<P>): TObject<Answer<P>> {
  return Type.Object({
    ceremony: bytes(100),
    response: Type.Object({
      id: bytes(1400),
      rawId: bytes(1400),
      type: Type.Literal('public-key'),
      clientExtensionResults: Type.Object({}),
      response,
    }),
  });
}

export const ATTESTED: TObject<
  Answer<{ clientDataJSON: TString; attestationObject: TString; transports: TOptional<TArray<TString>> }>
> = answerOf(
  Type.Object({
    clientDataJSON: bytes(4000),
    attestationObject: bytes(20_000),
    transports: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 10 })),
  }),
);

export const ASSERTED: TObject<
  Answer<{
    clientDataJSON: TString;
    authenticatorData: TString;
    signature: TString;
    userHandle: TOptional<TString>;
  }>
> = answerOf(
  Type.Object({
    clientDataJSON: bytes(4000),
    authenticatorData: bytes(4000),
    signature: bytes(8000),
    userHandle: Type.Optional(bytes(100)),
  }),
);
