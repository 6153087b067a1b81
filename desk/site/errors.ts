import { PlacedError } from 'cpansec/base';

/** `asset`: a page needs an asset that the site does not name; `security-txt`: a field that RFC 9116 refuses. */
export type SiteErrorCode = 'asset' | 'security-txt';

/** Something that no page can be made of; the place names the asset or the field. */
export class SiteError extends PlacedError<SiteErrorCode> {}
