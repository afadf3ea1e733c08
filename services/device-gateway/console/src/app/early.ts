/** The first module of all: words, branches and the board are on their way while the others are evaluated. */
import { askEarly } from '@/api/early'
import { keptLanguage, WORDS } from '@/words/language'
import { keptBranch, keptSignedIn, seesTheWallAlone } from './kept'

const language = keptLanguage()
const signedIn = keptSignedIn()

void WORDS[language]()
if (signedIn?.token) {
  askEarly('/api/gateway/branches', signedIn.token, language)
  const branch = keptBranch() || (signedIn.branches[0] ?? '')
  const onWall = location.pathname === '/wall' || seesTheWallAlone(signedIn.actions)
  if (/^\w/.test(branch) && !onWall) askEarly(`/api/gateway/board?branch=${encodeURIComponent(branch)}`, signedIn.token, language)
}
