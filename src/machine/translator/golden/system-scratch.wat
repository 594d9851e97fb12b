;; a register that is a place is that of the guest while V=1
;;
;;   csrrw tp, sscratch, tp
;;   csrrs a0, scause, zero
;;   csrrw zero, sepc, a1
;;   ecall

(local.set $tp (i64.load $X[4]))
(local.set $a0 (i64.load $X[10]))
(local.set $a1 (i64.load $X[11]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 3)))
      (i32.ne (i32.load $PRIV) (i32.const 1))
      (local.set $code (i32.const 7))
      (br_if $3)
      (local.set $scratch1
        (i64.load offset=$CSR_SSCRATCH
          (local.tee $word0 (select (i32.const 160) (i32.const 0) (i32.load $VIRT)))))
      (i64.store offset=$CSR_SSCRATCH (local.get $word0) (local.get $tp))
      (local.set $tp (local.get $scratch1))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (i32.ne (i32.load $PRIV) (i32.const 1))
      (local.set $code (i32.const 517))
      (br_if $3)
      (local.set $scratch1
        (i64.load offset=$CSR_SCAUSE
          (local.tee $word0 (select (i32.const 160) (i32.const 0) (i32.load $VIRT)))))
      (local.set $a0 (local.get $scratch1))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (i32.ne (i32.load $PRIV) (i32.const 1))
      (local.set $code (i32.const 1027))
      (br_if $3)
      (local.set $scratch1
        (i64.load offset=$CSR_SEPC
          (local.tee $word0 (select (i32.const 160) (i32.const 0) (i32.load $VIRT)))))
      (i64.store offset=$CSR_SEPC (local.get $word0) (i64.and (local.get $a1) (i64.const -2)))
      (drop (local.get $scratch1))
      (local.set $left (i32.sub (local.get $left) (i32.const 2)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 2)))
      (local.set $code (i32.const 1537))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[4] (local.get $tp))
(i64.store $X[10] (local.get $a0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
