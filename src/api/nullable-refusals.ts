import SchemaBuilder, {
  type SchemaTypes as AnySchemaTypes,
  BasePlugin,
  type PothosOutputFieldConfig,
} from '@pothos/core'
import { DirectiveLocation, GraphQLDirective, GraphQLInt, GraphQLList, GraphQLNonNull } from 'graphql'

export const NULLABLE_REFUSALS = 'lockstepNullableRefusals' as const

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends AnySchemaTypes> {
      lockstepNullableRefusals: NullableRefusals<Types>
    }
  }
}

/** https://specs.apollo.dev/nullability/v0.4/#@semanticNonNull */
export const semanticNonNull = new GraphQLDirective({
  name: 'semanticNonNull',
  description: 'The field is null only where `errors` has an error with its path.',
  locations: [DirectiveLocation.FIELD_DEFINITION],
  args: {
    levels: {
      type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(GraphQLInt))),
      default: { value: [0] },
    },
  },
})

/**
 * Makes a field that may be refused nullable: each root field of a query or mutation, and each field with scopes of its
 * own. Without it, a refusal would take with it what other fields of the same request have found or done.
 */
class NullableRefusals<Types extends AnySchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(config: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const { kind, type, pothosOptions, extensions } = config
    const hasScopes = 'authScopes' in pothosOptions && pothosOptions['authScopes'] !== undefined
    // What a subscription sends is refused as a whole.
    const mayBeRefused = kind !== 'Subscription' && (kind === 'Query' || kind === 'Mutation' || hasScopes)
    if (!mayBeRefused || type.nullable) return config
    return {
      ...config,
      type: { ...type, nullable: true },
      extensions: { ...extensions, [semanticNonNull.name]: true },
    }
  }
}

SchemaBuilder.registerPlugin(NULLABLE_REFUSALS, NullableRefusals)
