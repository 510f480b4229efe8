"""Time to remake the xTB tables of the whole catalogue from nothing.

``python benchmarks/bench_xtb_tables.py --every 1`` computes every species; ``--every
20`` every twentieth by size, and all of more than 32 heavy atoms, and scales up. CPU
seconds of one thread: half of them are minutes on two cores, whatever else runs.
Nothing is written but, with ``--out``, one line per species.
"""

import argparse
import json
import os
import time
from pathlib import Path

LARGE_HEAVY_ATOMS = 32
GOAL_MINUTES = 15.0


def species_and_functions():
    """Pair each table's species with the function that computes one."""
    from sodalyte.featurizers.orbitals import compute_orbitals
    from sodalyte.featurizers.pairs import compute_pair
    from sodalyte.featurizers.remake import catalogue_ligands, catalogue_species

    return {
        "orbitals": (catalogue_species(), compute_orbitals),
        "pairs": (catalogue_ligands(), compute_pair),
    }


def sample(species, every):
    """Take all large ones and every n-th of the rest; give each its weight."""
    from rdkit import Chem

    def n_heavy(smiles):
        return Chem.MolFromSmiles(smiles, sanitize=False).GetNumAtoms()

    large = [one for one in species if n_heavy(one) > LARGE_HEAVY_ATOMS]
    rest = [one for one in species if n_heavy(one) <= LARGE_HEAVY_ATOMS]
    taken = rest[every // 2 :: every]
    weight = len(rest) / len(taken)
    return [(one, 1.0) for one in large] + [(one, weight) for one in taken]


def main():
    """Print CPU seconds per table and minutes on two cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--every", type=int, default=20, help="sample of the small ones"
    )
    parser.add_argument("--out", type=Path, help="file for one JSON line per species")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    total = 0.0
    for name, (species, function) in species_and_functions().items():
        function("O")  # what is imported once is not counted per species
        seconds, failures, chosen = 0.0, [], sample(species, arguments.every)
        for smiles, weight in chosen:
            start = time.process_time()
            try:
                function(smiles)
            except (ValueError, RuntimeError) as error:
                failures.append(str(error))
            own = time.process_time() - start
            seconds += weight * own
            if arguments.out:
                line = {"table": name, "smiles": smiles, "cpu_s": own, "weight": weight}
                with arguments.out.open("a", encoding="utf-8") as handle:
                    handle.write(json.dumps(line) + "\n")
        total += seconds
        print(
            f"{name}: {seconds:.0f} CPU s for {len(species)} species, from "
            f"{len(chosen)} computed; {len(failures)} failed"
        )
        for failure in failures:
            print("  " + failure)
    minutes = total / 2 / 60
    print(f"{minutes:.1f} minutes on two cores; the goal is {GOAL_MINUTES:.0f}")


if __name__ == "__main__":
    main()
