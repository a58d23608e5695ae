/// The one script, served as a file. Pages work without it; with it they follow what happens.
enum ConsoleScript {
    static let text = """
        'use strict';
        (() => {
          const region = document.querySelector('[data-live]');
          const said = document.getElementById('live-state');
          if (!region || !window.EventSource) return;
          const pause = 1000;
          let loading = false, wanted = false, last = 0, timer = 0;

          const say = (text) => { if (said && said.textContent !== text) said.textContent = text; };
          const isTyping = () => {
            const here = document.activeElement;
            return here && region.contains(here) && here.matches('input, select, textarea');
          };
          const nameOf = (element) => element && (element.id || element.getAttribute('href') || '');

          const swap = (fresh) => {
            const open = [...region.querySelectorAll('details[open][id]')].map((one) => one.id);
            const focused = region.contains(document.activeElement) ? nameOf(document.activeElement) : '';
            const places = [...region.querySelectorAll('.scroll')].map((one) => one.scrollLeft);
            region.replaceChildren(...fresh.childNodes);
            for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
            region.querySelectorAll('.scroll').forEach((one, index) => { one.scrollLeft = places[index] || 0; });
            if (focused) {
              const again = [...region.querySelectorAll('a, button, [tabindex]')].find((one) => nameOf(one) === focused);
              if (again) again.focus({ preventScroll: true });
            }
          };

          const refresh = async () => {
            timer = 0;
            if (document.hidden || loading || isTyping()) { wanted = true; return; }
            loading = true; wanted = false; last = Date.now();
            try {
              const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
              if (!answer.ok) throw new Error(answer.statusText);
              const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
              const fresh = page.querySelector('[data-live]');
              if (fresh && !isTyping()) swap(fresh); else wanted = true;
              say('live');
            } catch (error) { say('not reached'); }
            loading = false;
            if (wanted) plan();
          };
          const plan = () => {
            wanted = true;
            if (!timer) timer = setTimeout(refresh, Math.max(0, last + pause - Date.now()));
          };

          document.addEventListener('visibilitychange', () => { if (!document.hidden && wanted) plan(); });
          region.addEventListener('focusout', () => { if (wanted) setTimeout(plan, 300); });

          let polling = 0;
          const poll = () => { if (!polling) polling = setInterval(plan, 15000); };
          const follow = () => {
            const events = new EventSource('/events');
            events.addEventListener('open', () => { say('live'); clearInterval(polling); polling = 0; });
            events.addEventListener('change', plan);
            if (region.dataset.live === 'ticking') events.addEventListener('tick', plan);
            events.addEventListener('error', () => {
              say('connecting…');
              // Refused for good, as when too many follow already: ask from time to time instead.
              if (events.readyState === EventSource.CLOSED) { say('every 15 s'); poll(); }
            });
            addEventListener('pagehide', () => events.close(), { once: true });
          };
          follow();
        })();
        """
}
