/**
 * organisations: distributors and package managers that signed up to be told before a publication; who is written to
 * there, what they signed and to which key. Knows no case: desk/cases says which of them a case tells.
 *
 *     const id = await addOrganisation(tx, vault, { name: 'Example Linux', kind: 'distributor', tlp: 'TLP:AMBER' });
 *     const contact = await addContact(tx, vault, id, { name: 'Ada', address: 'ada@example.org' });
 */
import type { Route } from '../web/index.ts';
import { ownRoutes } from './own-routes.tsx';
import { registryRoutes } from './routes.tsx';

export {
  addContact,
  addOrganisation,
  type Contact,
  contactOf,
  contactsOf,
  endContact,
  listOrganisations,
  type Organisation,
  organisationOf,
  signAgreement,
} from './organisation.ts';

export const organisationRoutes: readonly Route[] = [...registryRoutes, ...ownRoutes];
