import { Anchor, Button, Text } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useClient, useQuery } from 'urql'
import { problemIn, problemOf } from '../api/problem.ts'
import { DocsLink } from '../docs/docs-link.tsx'
import { Loading } from '../feedback/loading.tsx'
import { Notice } from '../feedback/notice.tsx'
import { Trouble } from '../feedback/trouble.tsx'
import { FormProblem } from '../forms/form-problem.tsx'
import { useSubmission } from '../forms/use-submission.ts'
import {
  AcceptInvitationDocument,
  InvitationOfferDocument,
  type InvitationOfferQuery,
  ViewerDocument,
} from '../gql/graphql.ts'
import { Entrance } from '../layout/entrance.tsx'
import { ButtonLink } from '../routing/link.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'
import { useSignUpOffer } from './use-sign-up.ts'

/** The page of an invitation's link. The token stands after the `#`, which no browser sends to a server. */
export function InvitationPage() {
  const [token] = useState(() => window.location.hash.slice(1))
  const [{ data, error }, reload] = useQuery({ query: ViewerDocument })
  const [{ data: offered }] = useQuery({
    query: InvitationOfferDocument,
    variables: { token },
    pause: token === '',
  })
  if (token === '') {
    return (
      <Entrance title="This invitation is not complete" lead="Open the whole link that you were given.">
        <InvitationHelp />
        <ButtonLink to="/">Go to Lockstep</ButtonLink>
      </Entrance>
    )
  }
  if (!data && error) {
    return (
      <Entrance title="You are invited">
        <Trouble problem={problemOf(error)} onRetry={() => reload({ requestPolicy: 'network-only' })} />
      </Entrance>
    )
  }
  if (!data || !offered) return <Loading />
  const offer = offered.invitationOffer
  if (!offer) {
    return (
      <Entrance
        title="This invitation does not work"
        lead="It is used, revoked or older than a week. Ask an admin of the workspace for a new one."
      >
        <InvitationHelp />
        <ButtonLink to="/">Go to Lockstep</ButtonLink>
      </Entrance>
    )
  }
  return data.viewer ? (
    <AcceptInvitation token={token} email={data.viewer.email ?? data.viewer.name} offer={offer} />
  ) : (
    <JoinFirst token={token} offer={offer} />
  )
}

const InvitationHelp = () => (
  <Text size="sm">
    <DocsLink to="invitation" about="invitations" />
  </Text>
)

type Offer = NonNullable<InvitationOfferQuery['invitationOffer']>

const titleOf = ({ workspace }: Offer): string => `Join ${workspace}`

function inWords({ workspace, invitedBy, role }: Offer): string {
  const who = invitedBy === null ? 'You are invited' : `${invitedBy} invites you`
  return `${who} to the workspace ${workspace} as ${role === 'ADMIN' ? 'an admin' : 'a member'}.`
}

function AcceptInvitation({ token, email, offer }: { token: string; email: string; offer: Offer }) {
  const client = useClient()
  const navigate = useNavigate()
  const { busy, problem, send } = useSubmission()
  const accept = () =>
    send(async () => {
      const answer = await client.mutation(AcceptInvitationDocument, { token }).toPromise()
      const found = problemIn(answer)
      if (found) return found
      const result = answer.data?.acceptInvitation
      if (result?.__typename !== 'AcceptInvitationSuccess') return undefined
      const params = { workspace: result.workspace.id }
      void navigate({ to: '/w/$workspace/settings/secrets', params, replace: true })
      return undefined
    })
  return (
    <Entrance title={titleOf(offer)} lead={`${inWords(offer)} You are signed in as ${email}.`}>
      {offer.email !== email && (
        <Notice>
          The invitation is for {offer.email}. Sign out, and sign in with that address.{' '}
          <DocsLink to="invitation" about="invitations" />
        </Notice>
      )}
      <FormProblem problem={problem} />
      <Button loading={busy} onClick={accept}>
        Join the workspace
      </Button>
    </Entrance>
  )
}

/** Signing up accepts the invitation. After signing in, this page asks whether to accept it. */
function JoinFirst({ token, offer: invited }: { token: string; offer: Offer }) {
  const [hasAccount, setHasAccount] = useState(false)
  const navigate = useNavigate()
  const offer = useSignUpOffer()
  if (offer === undefined) return <Loading />
  if (offer === 'closed') {
    return (
      <Entrance title={titleOf(invited)} lead={`${inWords(invited)} Sign in to join.`}>
        <SignInForm onDone={() => undefined} />
      </Entrance>
    )
  }
  return (
    <Entrance title={titleOf(invited)} lead={`${inWords(invited)} Create an account, or sign in, to join.`}>
      {hasAccount ? (
        <SignInForm onDone={() => undefined} />
      ) : (
        <SignUpForm
          invitation={token}
          email={invited.email}
          onDone={() => void navigate({ to: '/', replace: true })}
        />
      )}
      <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setHasAccount(!hasAccount)}>
        {hasAccount ? 'Create an account instead' : 'I have an account'}
      </Anchor>
    </Entrance>
  )
}
