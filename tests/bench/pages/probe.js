// In every measured page before its own scripts: notes when what is awaited has been painted, by the page's clock.
const bench = { key: 0, click: 0, inFlight: 0, seen: {} }

addEventListener('keydown', (event) => { bench.key = event.timeStamp }, true)
addEventListener('click', (event) => { bench.click = event.timeStamp }, true)

const realFetch = fetch
window.fetch = async (...asked) => {
  const stream = String(asked[0].url ?? asked[0]).includes('/stream')
  bench.inFlight += stream ? 0 : 1
  try { return await realFetch(...asked) } finally { bench.inFlight -= stream ? 0 : 1 }
}

/** Call when the next frame is on the screen. */
bench.afterFrame = (told) => requestAnimationFrame(() => {
  const channel = new MessageChannel()
  channel.port1.onmessage = told
  channel.port2.postMessage(0)
})

/** Resolves with the moment in which what is looked for has been painted. */
bench.painted = (there) => new Promise((resolve) => {
  let found = false
  const look = () => {
    if (found || !there()) return
    found = true
    observer.disconnect()
    bench.afterFrame(() => resolve(performance.now()))
  }
  const observer = new MutationObserver(look)
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
  look()
})

bench.cards = () => [...document.querySelectorAll('main [data-id]')]
bench.first = bench.painted(() => bench.cards().length > 0)

/** Note when each name that begins with `start` is painted on a card (milliseconds of the machine's clock). */
bench.watch = (start) => {
  const look = () => {
    const fresh = bench.cards().map((card) => card.querySelector('.name').textContent).filter((name) => name.startsWith(start) && !(name in bench.seen))
    for (const name of fresh) bench.seen[name] = 0
    if (fresh.length > 0) bench.afterFrame(() => { for (const name of fresh) bench.seen[name] = Date.now() })
  }
  new MutationObserver(look).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true })
}

/** Resolves with the frame from which on an area's page is there and waits for nothing. */
bench.opened = (link) => new Promise((resolve) => {
  let since = 0
  let frames = 0
  const look = () => {
    const there = link.getAttribute('aria-current') === 'page' && bench.inFlight === 0
    frames = there ? frames + 1 : 0
    if (frames === 1) bench.afterFrame(() => { since = performance.now() })
    if (frames === 4) resolve(since)
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})

window.bench = bench
