import { PASSWORD, type Person } from '../../support/house.js';
import type { Office } from '../administration/office.js';

export const signIn = ({ ask, house }: Office, { user }: Person, password = PASSWORD) =>
  ask.startSignIn(house.call(), { name: user.name, password });
