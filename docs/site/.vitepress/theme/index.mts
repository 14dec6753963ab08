import type { Theme } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import "./site.css";

export default {
  extends: DefaultTheme,
  enhanceApp() {
    if (typeof document === "undefined") {
      return;
    }
    // VitePress cuts a search off after 64 characters: of a pasted error, that is its place in a file and not what it says.
    document.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLInputElement && target.id === "localsearch-input") {
        target.removeAttribute("maxlength");
      }
    });
  },
} satisfies Theme;
