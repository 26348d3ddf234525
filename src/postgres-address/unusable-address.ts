/**
 * Why an address cannot be used, in words for after the name of its variable or field. They hold no part of it but the
 * name of a parameter that is in a list of ours.
 */
export class UnusableAddress extends Error {}

export const NO_ADDRESS =
  'holds something that is no PostgreSQL address (not shown). It may hold ' +
  'postgres://user:password@host:port/database, with special characters percent-encoded.'
