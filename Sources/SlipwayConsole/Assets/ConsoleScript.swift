/// The one script, served as a file. Pages work without it; with it they follow what happens.
enum ConsoleScript {
    static let text = """
        'use strict';
        (() => {
          const region = document.querySelector('[data-live]');
          const said = document.getElementById('live-state');
          if (!region || !window.EventSource) return;
          const pause = 1000;
          let loading = false, wanted = false, last = 0, timer = 0, paused = false, state = '';

          const say = (text) => {
            state = text;
            const shown = paused ? 'paused' : text;
            if (said && said.textContent !== shown) said.textContent = shown;
          };
          const isTyping = () => {
            const here = document.activeElement;
            return here && region.contains(here) && here.matches('input, select, textarea');
          };
          // What is marked would be gone with what it is in, before it can be copied.
          const isSelecting = () => {
            const marked = document.getSelection();
            return !!marked && marked.rangeCount > 0 && !marked.isCollapsed && marked.getRangeAt(0).intersectsNode(region);
          };
          const isHeld = () => paused || isTyping() || isSelecting();
          // What an element is called by, also after it was made anew: with what its form is about, and among those that are
          // called the same, which of them.
          const everything = 'a, button, input, select, textarea, summary, [tabindex]';
          const aboutOf = (element) => [...(element.closest('form')?.querySelectorAll('input[type=hidden]') || [])]
            .map((one) => one.value).join(' ');
          const nameOf = (element) => ['id', 'href', 'name', 'value', 'aria-label', 'aria-labelledby']
            .map((name) => (name === 'value' && element.matches('input, textarea')) ? '' : element.getAttribute(name) || '')
            .concat(element.tagName, element.closest('details, section, table')?.id || '', aboutOf(element)).join('|');
          const named = () => {
            const all = new Map(), seen = new Map();
            for (const element of region.querySelectorAll(everything)) {
              const name = nameOf(element), count = seen.get(name) || 0;
              seen.set(name, count + 1);
              all.set(name + '#' + count, element);
            }
            return all;
          };
          const isFilled = (element) => element.matches('input:not([type=hidden]), textarea')
            && element.value !== element.defaultValue;

          const swap = (fresh) => {
            const open = [...region.querySelectorAll('details[open][id]')].map((one) => one.id);
            const places = [...region.querySelectorAll('.scroll')].map((one) => one.scrollLeft);
            const here = document.activeElement, filled = [];
            let focused = '';
            for (const [name, element] of named()) {
              if (element === here) focused = name;
              if (isFilled(element)) filled.push([name, element.value]);
            }
            region.replaceChildren(...fresh.childNodes);
            for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
            region.querySelectorAll('.scroll').forEach((one, index) => { one.scrollLeft = places[index] || 0; });
            const again = named();
            for (const [name, value] of filled) if (again.has(name)) again.get(name).value = value;
            // What is gone leaves the focus at the page's content, not at the document's beginning.
            if (focused) (again.get(focused) || document.getElementById('content')).focus({ preventScroll: true });
          };

          const refresh = async () => {
            timer = 0;
            if (document.hidden || loading || isHeld()) { wanted = true; return; }
            loading = true; wanted = false; last = Date.now();
            try {
              const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
              const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
              const fresh = page.querySelector('[data-live]');
              // A page that can't show everything is shown all the same; one of another kind is not.
              if (!fresh) throw new Error(answer.statusText);
              if (!isHeld()) swap(fresh); else wanted = true;
              say('live');
            } catch (error) { say('not reached'); }
            loading = false;
            if (wanted && !isHeld()) plan();
          };
          const plan = () => {
            wanted = true;
            if (!timer) timer = setTimeout(refresh, Math.max(0, last + pause - Date.now()));
          };

          document.addEventListener('visibilitychange', () => { if (!document.hidden && wanted) plan(); });
          const goOn = () => setTimeout(() => { if (wanted && !isHeld()) plan(); }, 300);
          region.addEventListener('focusout', goOn);
          document.addEventListener('selectionchange', () => { if (wanted && !isHeld()) goOn(); });

          const button = document.getElementById('live-pause');
          if (button) {
            button.hidden = false;
            button.addEventListener('click', () => {
              paused = !paused;
              button.textContent = paused ? 'Resume updates' : 'Pause updates';
              say(state);
              if (!paused) plan();
            });
          }

          let polling = 0;
          const poll = () => { if (!polling) polling = setInterval(plan, 15000); };
          const hear = (word) => {
            if (word === 'lost') { say('connecting…'); return; }
            // Refused for good, as when too many follow already: ask from time to time instead.
            if (word === 'refused') { say('every 15 s'); poll(); return; }
            say('live'); clearInterval(polling); polling = 0;
            if (word === 'change' || (word === 'tick' && region.dataset.live === 'ticking')) plan();
          };
          // The stream holds a connection, of which a browser has six to one server: one window listens for all of them.
          const windows = navigator.locks && window.BroadcastChannel ? new BroadcastChannel('slipway-events') : null;
          let events = null, told = 'lost';
          const tell = (word) => {
            told = word === 'change' || word === 'tick' ? 'open' : word;
            hear(word);
            if (windows) windows.postMessage(word);
          };
          const listen = () => {
            events = new EventSource('/events');
            events.addEventListener('open', () => tell('open'));
            for (const word of ['change', 'tick']) events.addEventListener(word, () => tell(word));
            events.addEventListener('error', () => {
              const refused = events.readyState === EventSource.CLOSED;
              tell(refused ? 'refused' : 'lost');
              const mine = events;
              if (refused) setTimeout(() => { if (events === mine) listen(); }, 60000);
            });
          };
          addEventListener('pagehide', () => { if (events) events.close(); }, { once: true });
          if (windows) {
            windows.addEventListener('message', (message) => {
              if (message.data !== 'ask') hear(message.data);
              else if (events) windows.postMessage(told);
            });
            // Until it is heard that somebody listens.
            poll();
            windows.postMessage('ask');
            // Held until the page is left; then the next window listens.
            navigator.locks.request('slipway-events', () => new Promise(listen));
          } else {
            // Without locks, as over plain HTTP from another machine: the window that is looked at.
            document.addEventListener('visibilitychange', () => {
              if (document.hidden) { if (events) events.close(); events = null; } else { if (!events) listen(); plan(); }
            });
            if (!document.hidden) listen();
          }
        })();
        """
}
