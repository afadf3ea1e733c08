/** Who is signed in and where, as this tab and this browser keep it. */
import type { InGateway } from '@/api/shapes'

export type SignedIn = InGateway['SignedInView']

const SIGNED_IN = 'qiantai.signed-in'
const BRANCH = 'qiantai.branch'

export const keptSignedIn = (): SignedIn | null => JSON.parse(sessionStorage.getItem(SIGNED_IN) ?? 'null') as SignedIn | null

/** A wall screen's account: it sees the board without people's data and does nothing. */
export const seesTheWallAlone = (actions: Iterable<string>): boolean => [...actions].join() === 'board.read'

export function keepSignedIn(value: SignedIn | null): void {
  if (value) sessionStorage.setItem(SIGNED_IN, JSON.stringify(value))
  else sessionStorage.removeItem(SIGNED_IN)
}

/** The branch of this tab, or the one that was chosen last in this browser. */
export const keptBranch = (): string => sessionStorage.getItem(BRANCH) ?? localStorage.getItem(BRANCH) ?? ''

export function keepBranch(code: string): void {
  sessionStorage.setItem(BRANCH, code)
  localStorage.setItem(BRANCH, code)
}
