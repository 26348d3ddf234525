import schema from './gql/cache-schema.ts'

const embedded = () => null

/**
 * What a normalised cache (urql's Graphcache) has to know: the types of the API, and which values in these documents have no
 * id, and stand in what they belong to. Everything else has one.
 */
export const cacheOptions = {
  schema,
  keys: { KeySuccession: embedded, SealingKey: embedded, StepError: embedded },
}
