import { type FormEvent, useId, useRef } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn, problemOf } from '../api/problem.ts'
import { SecretPolicyDocument, type SecretPolicyQuery, SetSecretPolicyDocument } from '../gql/graphql.ts'
import { Button } from '../parts/button.tsx'
import { FormProblem, Trouble } from '../parts/notice.tsx'
import { FieldNotes } from '../parts/text-field.tsx'
import { TimeAgo } from '../parts/time-ago.tsx'
import { useSubmission } from '../parts/use-submission.ts'
import { useWorkspace } from '../workspaces/workspace-frame.tsx'

type Policy = NonNullable<SecretPolicyQuery['secretPolicy']>

/** Where steps may send the secret, and when one last did. */
export function AllowedHosts({ name, onSaved }: { name: string; onSaved: () => void }) {
  const workspace = useWorkspace().id
  const [{ data, error, fetching }, reload] = useQuery({
    query: SecretPolicyDocument,
    variables: { workspace, name },
    requestPolicy: 'network-only',
  })
  if (error && !fetching) return <Trouble problem={problemOf(error)} onRetry={reload} />
  if (!data) return <div className="skeleton" aria-busy="true" />
  if (!data.secretPolicy) return <p className="hint">This secret does not exist any more.</p>
  return <AllowedHostsForm name={name} policy={data.secretPolicy} onSaved={onSaved} />
}

function AllowedHostsForm({ name, policy, onSaved }: { name: string; policy: Policy; onSaved: () => void }) {
  const workspace = useWorkspace().id
  const client = useClient()
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const { busy, problem, send } = useSubmission()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const allowedHosts = (area.current?.value ?? '').split(/[\s,]+/).filter((it) => it !== '')
    send(async () => {
      const input = { workspace, name, allowedHosts }
      const found = problemIn(await client.mutation(SetSecretPolicyDocument, { input }).toPromise())
      if (!found) onSaved()
      return found
    })
  }
  return (
    <form method="post" onSubmit={submit}>
      <div className="field">
        <label htmlFor={id}>Allowed hosts</label>
        <textarea
          id={id}
          ref={area}
          className="input code"
          rows={2}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          placeholder={'api.example.com\n*.example.com'}
          defaultValue={policy.allowedHosts.join('\n')}
          aria-describedby={`${id}-hint ${id}-problem`}
        />
        <FieldNotes
          id={id}
          hint="One a line. Steps can send this secret to these hosts only; to any public host when the list is empty."
          problem={undefined}
        />
      </div>
      <FormProblem problem={problem} />
      <div className="actions">
        <span className="hint">
          {policy.lastUsedAt ? (
            <>
              Last used <TimeAgo at={policy.lastUsedAt} />
            </>
          ) : (
            'Never used yet'
          )}
        </span>
        <Button submit busy={busy}>
          Save hosts
        </Button>
      </div>
    </form>
  )
}
