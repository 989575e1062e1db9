// Fields of entities complete as one types; without this script they take any name all the same.
const root = document.querySelector("script[data-root]").dataset.root;
for (const field of document.querySelectorAll("input[data-complete]")) {
  const list = document.createElement("datalist");
  list.id = `list-${field.dataset.complete}`;
  field.after(list);
  field.setAttribute("list", list.id);
  field.addEventListener("input", async () => {
    const query = field.form.dataset.query;
    const values = new URLSearchParams({ query, parameter: field.dataset.complete, q: field.value });
    const answer = await fetch(`${root}complete?${values}`);
    if (!answer.ok) return;
    list.replaceChildren(...(await answer.json()).map(({ value, label }) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = label;
      return option;
    }));
  });
}
