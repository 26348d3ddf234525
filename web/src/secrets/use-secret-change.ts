import { useEffect, useRef } from 'react'
import { useClient } from 'urql'
import type { Policy } from '../../../src/secret/policy.ts'
import { type Problem, problemIn } from '../api/problem.ts'
import { DescribeSecretDocument, SetSecretPolicyDocument } from '../gql/graphql.ts'
import { useWorkspace } from '../workspaces/workspace-context.ts'
import { type NotesDraft, notesOfOthers } from './notes.ts'
import { policyInput, policyInWords } from './policy-words.ts'
import { policyNow, replaceSealed } from './replace-sealed.ts'
import { afterRefusal, prepareSealing } from './seal.ts'

export interface SecretChange {
  isOther(policy: Policy): boolean
  /**
   * Saves both in one request, or the one that is given.
   *
   * @returns what went wrong. A policy alone that lets the value go further is refused with POLICY_WIDENS.
   */
  save(policy: Policy | undefined, value: string | undefined): Promise<Problem | undefined>
  /**
   * @param draft other notes than it knows are not overwritten, and it learns of them.
   * @returns what went wrong.
   */
  describe(draft: Pick<NotesDraft, 'written' | 'saved' | 'know'>): Promise<Problem | undefined>
}

const AGAIN = 'Save again to put yours in its place.'

const isSame = (one: Policy, another: Policy): boolean =>
  JSON.stringify(policyInput(one)) === JSON.stringify(policyInput(another))

/** Changes a secret. @param current where it may go, as the form began. */
export function useSecretChange(name: string, current: Policy): SecretChange {
  const workspace = useWorkspace().id
  const client = useClient()
  const known = useRef(current)
  useEffect(() => void prepareSealing(client, workspace), [client, workspace])
  const setPolicy = async (policy: Policy) => {
    const input = { workspace, name, ...policyInput(policy) }
    return problemIn(await client.mutation(SetSecretPolicyDocument, { input }).toPromise())
  }
  // A policy that comes with a value may widen, so that it would undo what another admin has narrowed.
  const changeOfOthers = async (): Promise<Problem | undefined> => {
    const now = await policyNow(client, { workspace, name })
    if ('problem' in now) return now.problem
    if (isSame(now, known.current)) return undefined
    known.current = now
    const message = `Someone else has changed where ${name} may go meanwhile: ${policyInWords(now)}. ${AGAIN}`
    return { code: 'CONFLICT', message, canRetry: false }
  }
  return {
    isOther: (policy) => !isSame(policy, current),
    async save(policy, value) {
      const other = policy && (await changeOfOthers())
      if (other) return other
      if (value !== undefined)
        return afterRefusal(
          client,
          workspace,
          await replaceSealed(client, { workspace, name }, value, policy),
        )
      return policy && setPolicy(policy)
    },
    async describe({ written, saved, know }) {
      const input = { workspace, name, ...written, ifNotes: saved }
      const found = problemIn(await client.mutation(DescribeSecretDocument, { input }).toPromise())
      if (found?.code !== 'CONFLICT') return found
      const now = await policyNow(client, { workspace, name })
      if ('problem' in now) return now.problem
      const theirs = { owner: now.owner ?? '', description: now.description ?? '' }
      know(theirs)
      return { ...found, message: `${notesOfOthers(theirs)} ${AGAIN}` }
    },
  }
}
