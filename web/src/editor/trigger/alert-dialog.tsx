import { Button, Group, MultiSelect, NumberInput, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn } from '../../api/problem.ts'
import { Dialog } from '../../dialogs/dialog.tsx'
import { DialogForm } from '../../dialogs/dialog-form.tsx'
import { DocsLink } from '../../docs/docs-link.tsx'
import { Notice } from '../../feedback/notice.tsx'
import { notify } from '../../feedback/notify.ts'
import { useSubmission } from '../../forms/use-submission.ts'
import { AlertPeopleDocument, FailureAlertDocument, SetFailureAlertDocument } from '../../gql/graphql.ts'
import { useWorkspace } from '../../workspaces/workspace-context.ts'
import { alertInWords, type FailureAlert, seenAlert } from './failure-alert.ts'

const USUAL_MINUTES = 60
const MOST_MINUTES = 10_080

interface AlertProps {
  automation: string
  alert: FailureAlert
  onClose: () => void
  onSaved: () => void
}

/** Chooses who is told of failed runs. */
export function AlertDialog(props: AlertProps) {
  return (
    <Dialog title="Failure alerts" onClose={props.onClose}>
      <AlertForm {...props} />
    </Dialog>
  )
}

function AlertForm({ automation, alert, onClose, onSaved }: AlertProps) {
  const client = useClient()
  const submission = useSubmission()
  const { id: workspace } = useWorkspace()
  const [{ data }] = useQuery({ query: AlertPeopleDocument, variables: { workspace } })
  const [seen, setSeen] = useState(alert)
  const [isChanged, setIsChanged] = useState(false)
  const [recipients, setRecipients] = useState<readonly string[]>(alert?.recipients ?? [])
  const [url, setUrl] = useState(alert?.url ?? '')
  const [minutes, setMinutes] = useState(alert?.everyMinutes ?? USUAL_MINUTES)
  const emails = data?.workspace?.membersConnection.edges.map(({ node }) => node.email) ?? []
  const showTheirs = async () => {
    const its = { id: automation }
    const answer = await client
      .query(FailureAlertDocument, its, { requestPolicy: 'network-only' })
      .toPromise()
    const found = problemIn(answer)
    if (found) return found
    setSeen(answer.data?.automation?.failureAlert ?? null)
    setIsChanged(true)
    return undefined
  }
  const takeTheirs = () => {
    setRecipients(seen?.recipients ?? [])
    setUrl(seen?.url ?? '')
    setMinutes(seen?.everyMinutes ?? USUAL_MINUTES)
    setIsChanged(false)
  }
  const save = () =>
    submission.send(async () => {
      const wanted = { recipients: [...recipients], url: url.trim() || null, everyMinutes: minutes }
      const input = { id: automation, ...wanted, ifAlert: seenAlert(seen) }
      const found = problemIn(await client.mutation(SetFailureAlertDocument, { input }).toPromise())
      if (found?.code === 'CONFLICT') return showTheirs()
      if (found) return found
      notify('The failure alerts were saved.')
      onSaved()
      return undefined
    })
  return (
    <DialogForm submission={submission} submit="Save" noValidate onSubmit={save} onClose={onClose}>
      <div role="alert">{isChanged && <Theirs alert={seen} onTake={takeTheirs} />}</div>
      <Text size="sm">
        An alert names the automation, the run, the step and the code of the error. It holds nothing of what
        steps sent or got. <DocsLink to="alerts" about="alerts that are not sent" />
      </Text>
      <MultiSelect
        label="Mail to"
        description={
          data && !data.signUp.sendsMail
            ? 'This instance sends no mails: its operator has set no mail server.'
            : undefined
        }
        data={[...new Set([...emails, ...recipients])]}
        value={[...recipients]}
        onChange={setRecipients}
        searchable
        clearable
        nothingFoundMessage="No such member."
        data-autofocus
      />
      <TextInput
        label="POST to"
        description="A URL that takes JSON, such as the incoming webhook of a chat. Everybody in the workspace can read it."
        placeholder="https://hooks.example.com/…"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <NumberInput
        label="Once in this time at most"
        suffix=" minutes"
        min={1}
        max={MOST_MINUTES}
        allowDecimal={false}
        value={minutes}
        onChange={(value) => setMinutes(Number(value))}
        w={220}
      />
    </DialogForm>
  )
}

/** What another person has saved meanwhile. What was typed stays. */
function Theirs({ alert, onTake }: { alert: FailureAlert; onTake: () => void }) {
  return (
    <Notice>
      Someone else has changed the alerts meanwhile: {alertInWords(alert)} Save again to put yours in its
      place. <DocsLink to="changed" about="changes of others" />
      <Group mt="xs">
        <Button variant="default" size="xs" onClick={onTake}>
          Take theirs
        </Button>
      </Group>
    </Notice>
  )
}
