import type { DeclaredDestinationsQuery } from '../gql/graphql.ts'

type StepTypes = DeclaredDestinationsQuery['stepTypes']

/** A field of a step type as a policy names it, and where it goes, in words. */
interface DeclaredRow {
  field: string
  goesTo: string
}

/** The fields that take secrets, of the step types that say of each field where it goes. */
export function declaredRows(types: StepTypes): DeclaredRow[] {
  return types.flatMap(({ type, fields }) => {
    const label = (name: string) => fields.find((it) => it.name === name)?.label ?? name
    return fields.flatMap(({ name, acceptsSecrets, destinations }) => {
      if (!acceptsSecrets || !destinations) return []
      const hosts = [...destinations.hosts, ...destinations.fields.map((it) => `the host in “${label(it)}”`)]
      if (destinations.computed) hosts.push('hosts that follow from the fields of the step')
      const goesTo = hosts.length > 0 ? `goes to ${hosts.join(' and ')}` : 'goes nowhere'
      return [{ field: `${type}.${name}`, goesTo }]
    })
  })
}
