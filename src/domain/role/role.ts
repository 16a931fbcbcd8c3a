/**
 * Role: who may do what. Owns the permissions, the built-in and custom roles and their assignment. It does not decide
 * whether a call is let in (the access table at the door) or who may act on whom (administration).
 */

export interface Role {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly builtIn: boolean;
  readonly permissions: readonly string[];
  readonly createdAt: number;
}
