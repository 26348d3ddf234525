import { useState } from 'react'
import { useQuery } from 'urql'
import { problemOf } from '../api/problem.ts'
import { SecretsDocument } from '../gql/graphql.ts'
import { Button, IconButton } from '../parts/button.tsx'
import { Trouble } from '../parts/notice.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'

const PAGE_LENGTH = 100
// An empty list says nothing of secrets, and has to load again after the first one was added all the same.
const context = { additionalTypenames: ['Secret'] }

/** What an admin does with a secret of the list; members have no such thing. */
export interface SecretActions {
  open(name: string): void
  delete(name: string): void
}

interface ListProps {
  workspace: string
  search: string
  actions: SecretActions | undefined
}

export function SecretList(props: ListProps) {
  return (
    <ul className="secrets" aria-label="Secrets">
      <SecretsAfter {...props} />
    </ul>
  )
}

/** A page of the list and, when asked for, those after it. */
function SecretsAfter({ after, ...props }: ListProps & { after?: string }) {
  const { workspace, search, actions } = props
  const [continued, setContinued] = useState(false)
  const [{ data, error, fetching }, reload] = useQuery({
    query: SecretsDocument,
    variables: { workspace, search, first: PAGE_LENGTH, after },
    context,
  })
  if (error && !fetching) {
    return (
      <li>
        <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      </li>
    )
  }
  if (!data) return <Skeletons />
  const last = data.secrets.at(-1)
  if (!last) return after === undefined ? <NoSecrets search={search} canAdd={Boolean(actions)} /> : null
  return (
    <>
      {data.secrets.map((secret) => (
        <SecretRow key={secret.name} {...secret} actions={actions} />
      ))}
      {data.secrets.length === PAGE_LENGTH &&
        (continued ? (
          <SecretsAfter {...props} after={last.name} />
        ) : (
          <li className="more">
            <Button onClick={() => setContinued(true)}>Show more</Button>
          </li>
        ))}
    </>
  )
}

function SecretRow({
  name,
  updatedAt,
  actions,
}: {
  name: string
  updatedAt: string
  actions: SecretActions | undefined
}) {
  return (
    <li className="secret">
      {actions ? (
        <button
          type="button"
          className="secret-name"
          aria-label={`${name}: replace its value`}
          onClick={() => actions.open(name)}
        >
          <code>{name}</code>
        </button>
      ) : (
        <span className="secret-name">
          <code>{name}</code>
        </span>
      )}
      <TimeAgo at={updatedAt} />
      {actions && <IconButton icon="remove" label={`Delete ${name}`} onClick={() => actions.delete(name)} />}
    </li>
  )
}

function NoSecrets({ search, canAdd }: { search: string; canAdd: boolean }) {
  if (search !== '') return <li className="empty">No name contains “{search}”.</li>
  return (
    <li className="empty">
      <strong>No secrets yet</strong>
      {canAdd
        ? 'Add an API key or a token, and steps can use it by its name.'
        : 'When an admin adds one, you can use it in your automations.'}
    </li>
  )
}

function Skeletons() {
  return (
    <li aria-busy="true" aria-label="Loading">
      <div className="skeleton" />
      <div className="skeleton" />
      <div className="skeleton" />
    </li>
  )
}
