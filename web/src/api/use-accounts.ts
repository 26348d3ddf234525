import { useCallback, useEffect, useState } from 'react'
import { type Answer, callAccounts } from './accounts.ts'

/** What an endpoint of sign-in answers. It is undefined until the answer is there. */
export function useAccounts<Data>(path: string): [answer: Answer<Data> | undefined, reload: () => void] {
  const [answer, setAnswer] = useState<Answer<Data>>()
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let current = true
    void turn
    void callAccounts<Data>(path).then((it) => {
      if (current) setAnswer(it)
    })
    return () => {
      current = false
    }
  }, [path, turn])
  return [answer, useCallback(() => setTurn((it) => it + 1), [])]
}
