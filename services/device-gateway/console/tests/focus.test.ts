import { afterEach, beforeAll, describe, expect, it } from 'vitest'

import { keepFocus } from '@/app/focus'

const settled = () => new Promise((resume) => setTimeout(resume, 120))
const one = (id: string) => document.getElementById(id) as HTMLElement

describe('the keyboard is never nowhere', () => {
  beforeAll(keepFocus)
  afterEach(() => { document.body.innerHTML = '' })

  it('goes to what was around, where something goes away', async () => {
    document.body.innerHTML = '<main id="page" tabindex="-1"><section id="around"><form id="form"><input id="field"></form></section></main>'
    one('field').focus()
    one('form').remove()
    await settled()
    expect(document.activeElement?.id).toBe('around')
    one('page').focus()
    expect(one('around').hasAttribute('tabindex')).toBe(false)
  })

  it('goes to the page where the door or a dialog closes', async () => {
    document.body.innerHTML = '<div id="door"><input id="password"></div>'
    one('password').focus()
    document.body.innerHTML = '<div id="shell"><main id="page" tabindex="-1"></main></div>'
    await settled()
    expect(document.activeElement?.id).toBe('page')
  })

  it('stays away where somebody has left on purpose', async () => {
    document.body.innerHTML = '<main id="page" tabindex="-1"><input id="field"></main>'
    one('field').focus()
    one('field').blur()
    await settled()
    expect(document.activeElement).toBe(document.body)
  })
})
